#include <cblas.h>
#include "processor.h"
