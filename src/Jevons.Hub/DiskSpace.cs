namespace Jevons.Hub;

/// <summary>Asks the operating system for the room on a disk.</summary>
public static class DiskSpace
{
    /// <summary>The bytes that this user may still write on the disk of a path.</summary>
    /// <param name="path">A file or folder that may not exist yet: the nearest folder above it that exists is asked.</param>
    /// <returns>Free bytes, or <see cref="long.MaxValue"/> where the system does not say.</returns>
    public static long AvailableAt(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string? folder = Path.GetFullPath(path);
        while (folder is not null && !Directory.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder);
        }

        try
        {
            string? drive = OperatingSystem.IsWindows() ? Path.GetPathRoot(folder) : folder;
            return drive is null ? long.MaxValue : new DriveInfo(drive).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return long.MaxValue;
        }
    }
}
