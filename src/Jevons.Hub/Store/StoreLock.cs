namespace Jevons.Hub;

/// <summary>
/// Keeps two processes from changing one repository of the store at once: an exclusively opened file that the operating system
/// releases when its process ends, however it ends. Lock files stay behind: removing one could let two owners in.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    private readonly FileStream _file;

    private StoreLock(FileStream file) => _file = file;

    /// <summary>Takes the lock of a repository.</summary>
    /// <exception cref="HubException">Another process holds it (<see cref="HubErrorKind.Busy"/>).</exception>
    public static StoreLock Take(string store, string folderName, string repository)
    {
        string locks = Path.Combine(store, ".locks");
        Directory.CreateDirectory(locks);
        try
        {
            return new StoreLock(new FileStream(
                Path.Combine(locks, folderName.Replace('/', '+') + ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e)
        {
            throw new HubException(
                HubErrorKind.Busy,
                $"another process is pulling or removing {repository}: wait for it to end (what it receives is kept)",
                e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
