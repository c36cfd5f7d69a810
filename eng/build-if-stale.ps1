# Publishes the command when a source is newer than the last build; two starts at once build once.
param([string]$Root, [string]$Dotnet)
$build = Join-Path $Root '.build'
$stamp = Join-Path $build 'stamp'
$current = Join-Path $build 'current.txt'
New-Item -ItemType Directory -Force $build | Out-Null

function Test-Stale {
    if (-not (Test-Path $stamp) -or -not (Test-Path $current)) { return $true }
    $time = (Get-Item $stamp).LastWriteTimeUtc
    $newer = Get-ChildItem -Recurse -File (Join-Path $Root 'src') |
        Where-Object { $_.FullName -notmatch '\\(bin|obj)\\' -and $_.LastWriteTimeUtc -gt $time } | Select-Object -First 1
    return $null -ne $newer
}

if (-not (Test-Stale)) { exit 0 }
$mutex = New-Object System.Threading.Mutex($false, 'Global\jevons-build')
[void]$mutex.WaitOne()
try {
    if (-not (Test-Stale)) { exit 0 }
    [Console]::Error.WriteLine('jevons: building (once, and after its sources changed)')
    $out = 'out-' + [Guid]::NewGuid().ToString('N').Substring(0, 8)
    $started = Get-Date
    $publish = 'publish', (Join-Path $Root 'src/Jevons.Cli/Jevons.Cli.csproj'), '-c', 'Release', '-o', (Join-Path $build $out), '-v', 'quiet', '-nologo'
    & $Dotnet @publish -r win-x64 --self-contained false -p:PublishReadyToRun=true -p:RestoreLockedMode=false -p:NuGetLockFilePath=obj/ahead.lock.json
    if ($LASTEXITCODE -ne 0) { & $Dotnet @publish }
    if ($LASTEXITCODE -ne 0) { exit 1 }
    Set-Content $current $out
    Set-Content $stamp 'built'
    (Get-Item $stamp).LastWriteTimeUtc = $started.ToUniversalTime()
}
finally {
    $mutex.ReleaseMutex()
}
