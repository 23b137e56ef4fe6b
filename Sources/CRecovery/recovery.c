#include "CRecovery.h"
