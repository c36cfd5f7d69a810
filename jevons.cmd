@echo off
setlocal
rem Builds Jevons when its sources changed, then runs it. Messages go to stderr.
set "ROOT=%~dp0"
set "DOTNET=dotnet"
if exist "%ROOT%.dotnet\dotnet.exe" (
  set "DOTNET=%ROOT%.dotnet\dotnet.exe"
  set "DOTNET_ROOT=%ROOT%.dotnet"
)
if "%~1"=="--install-sdk" (
  powershell -NoProfile -ExecutionPolicy Bypass -Command "[Net.ServicePointManager]::SecurityProtocol='Tls12'; iwr https://dot.net/v1/dotnet-install.ps1 -OutFile $env:TEMP\dotnet-install.ps1; & $env:TEMP\dotnet-install.ps1 -Channel 10.0 -InstallDir '%ROOT%.dotnet'" 1>&2
  exit /b %ERRORLEVEL%
)
where "%DOTNET%" >nul 2>nul || if not exist "%DOTNET%" (
  echo jevons: the .NET 10 SDK is needed; run 'jevons --install-sdk' or get it from https://dotnet.microsoft.com/download/dotnet/10.0 1>&2
  exit /b 1
)
rem The stamp is the newest source time; PowerShell compares it, and a named mutex keeps two builds apart.
powershell -NoProfile -ExecutionPolicy Bypass -File "%ROOT%eng\build-if-stale.ps1" -Root "%ROOT%." -Dotnet "%DOTNET%" 1>&2 || exit /b 1
set /p OUT=<"%ROOT%.build\current.txt"
"%DOTNET%" "%ROOT%.build\%OUT%\jevons.dll" %*
exit /b %ERRORLEVEL%
