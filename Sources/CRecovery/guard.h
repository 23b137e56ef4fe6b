// The guarded call as the other files of this module use it.

#include "CRecovery.h"

/// Calls `body` so that a trap, an interrupt or `recovery_leave` on this thread ends the call. A thread that goes on
/// afterwards needs what the runtime remembers of it put back; one that ends does not.
recovery_outcome guarded_call(void (*body)(void), bool keeps_locals);
