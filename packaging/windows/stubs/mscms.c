/* A stand-in for mscms.dll: wine's own lacks WcsCreateIccProfile, which Qt's qwindows.dll imports.
   No monitor has a colour profile here. */

#define STUB __declspec(dllexport)

STUB void *OpenColorProfileW(void *profile, unsigned access, unsigned share, unsigned mode)
{ (void)profile; (void)access; (void)share; (void)mode; return 0; }
STUB int CloseColorProfile(void *profile) { (void)profile; return 0; }
STUB int GetColorProfileFromHandle(void *profile, unsigned char *buffer, unsigned *size)
{ (void)profile; (void)buffer; (void)size; return 0; }
STUB void *WcsCreateIccProfile(void *profile, unsigned options) { (void)profile; (void)options; return 0; }
