/* A stand-in for Windows' own icuuc.dll, which wine does not have and Qt6Core.dll imports.
   It knows no converter: Qt uses ICU only for legacy code pages, which this program reads through Python. */

typedef int UErrorCode;
enum { U_UNSUPPORTED_ERROR = 16 };

#define STUB __declspec(dllexport)

STUB void *ucnv_open(const char *name, UErrorCode *status) { (void)name; *status = U_UNSUPPORTED_ERROR; return 0; }
STUB void ucnv_close(void *c) { (void)c; }
STUB void ucnv_reset(void *c) { (void)c; }
STUB signed char ucnv_getMaxCharSize(const void *c) { (void)c; return 1; }
STUB const char *ucnv_getName(const void *c, UErrorCode *status) { (void)c; *status = U_UNSUPPORTED_ERROR; return 0; }
STUB int ucnv_countAvailable(void) { return 0; }
STUB const char *ucnv_getAvailableName(int n) { (void)n; return 0; }
STUB const char *ucnv_getStandardName(const char *name, const char *standard, UErrorCode *status)
{ (void)name; (void)standard; *status = U_UNSUPPORTED_ERROR; return 0; }
STUB int ucnv_toUCountPending(const void *c, UErrorCode *status) { (void)c; (void)status; return 0; }
STUB int ucnv_fromUCountPending(const void *c, UErrorCode *status) { (void)c; (void)status; return 0; }

/* Never reached, since no converter is ever given out; they only have to be there. */
#define NEVER(name) STUB void name(void) {}
NEVER(UCNV_FROM_U_CALLBACK_SUBSTITUTE)
NEVER(UCNV_TO_U_CALLBACK_SUBSTITUTE)
NEVER(ucnv_getToUCallBack)
NEVER(ucnv_getFromUCallBack)
NEVER(ucnv_setToUCallBack)
NEVER(ucnv_setFromUCallBack)
NEVER(ucnv_cbToUWriteUChars)
NEVER(ucnv_cbFromUWriteUChars)
NEVER(ucnv_toUnicode)
NEVER(ucnv_fromUnicode)
