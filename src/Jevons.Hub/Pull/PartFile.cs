using System.Security.Cryptography;

namespace Jevons.Hub;

/// <summary>
/// A file that is still being received: <c>name.part</c> with the bytes so far and <c>name.part.json</c> that says which file they
/// belong to. Bytes are hashed as they are appended; what an earlier pull left is hashed from the disk when it is opened. The part's
/// own length is the count of bytes received, so a killed process loses nothing that it had written.
/// </summary>
internal sealed class PartFile : IDisposable
{
    private const int BufferSize = 1 << 20;
    private readonly string _path;
    private readonly long? _size;
    private readonly ContentHash? _hash;
    private readonly FileStream _stream;
    private IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private IncrementalHash? _gitId;

    private PartFile(string path, HubFile file, FileStream stream)
    {
        _path = path;
        _size = file.Size;
        _hash = file.Hash;
        _stream = stream;
        StartHashes();
    }

    /// <summary>Bytes received so far.</summary>
    public long Length { get; private set; }

    /// <summary>The entity tag or hash under which the bytes were received, or null when that is not known yet.</summary>
    public string? Validator { get; private set; }

    /// <summary>Opens a part, keeping the bytes of an earlier pull if they belong to the same file and are not too many.</summary>
    /// <param name="path">Where the part lies.</param>
    /// <param name="file">The file as the hub lists it now.</param>
    /// <param name="found">Told of the kept bytes as they are hashed.</param>
    /// <param name="cancellationToken">Ends the reading of what is there.</param>
    public static async Task<PartFile> OpenAsync(string path, HubFile file, Action<long> found, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        FileStream stream = new(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Read,
            BufferSize = 0,
            Options = FileOptions.Asynchronous,
        });
        PartFile part = new(path, file, stream);
        try
        {
            PartState? state = PartState.TryRead(StatePath(path));
            bool same = state is not null
                && state.Size == file.Size
                && (file.Hash is null || state.Validator == file.Hash.Hex)
                && (file.Size is null || stream.Length <= file.Size);
            if (same)
            {
                part.Validator = state!.Validator;
                await part.HashExistingAsync(found, cancellationToken);
            }
            else
            {
                part.Restart(file.Hash?.Hex);
            }

            return part;
        }
        catch
        {
            part.Dispose();
            throw;
        }
    }

    /// <summary>How many bytes of a file an earlier pull left, without reading them.</summary>
    public static long LengthLeft(string path, HubFile file)
    {
        PartState? state = File.Exists(path) ? PartState.TryRead(StatePath(path)) : null;
        bool same = state is not null && state.Size == file.Size && (file.Hash is null || state.Validator == file.Hash.Hex);
        long length = same ? new FileInfo(path).Length : 0;
        return file.Size is { } size && length > size ? 0 : length;
    }

    /// <summary>Throws away what was received and starts anew for the given validator.</summary>
    public void Restart(string? validator)
    {
        _stream.SetLength(0);
        _stream.Position = 0;
        Length = 0;
        Validator = validator;
        StartHashes();
        PartState.Write(StatePath(_path), new PartState(validator, _size));
    }

    /// <summary>Appends received bytes.</summary>
    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(bytes, cancellationToken);
        Hash(bytes.Span);
        Length += bytes.Length;
    }

    /// <summary>Puts the bytes safely on the disk and says whether they are those that were promised.</summary>
    /// <param name="sha256">Their SHA-256 in hexadecimal digits, whatever the promise was made of.</param>
    /// <returns>False when a promised hash differs; true also when the hub promised none.</returns>
    public bool Finish(out string sha256)
    {
        _stream.Flush(flushToDisk: true);
        sha256 = Convert.ToHexStringLower(_sha256.GetCurrentHash());
        ContentHash? promised = _hash ?? ContentHash.TryParse(Validator);
        return promised switch
        {
            null => true,
            { IsSha256: true } => promised.Hex == sha256,
            _ => _gitId is null || promised.Hex == Convert.ToHexStringLower(_gitId.GetCurrentHash()),
        };
    }

    /// <summary>Removes a part and its state.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        File.Delete(StatePath(path));
    }

    /// <summary>Where the state of a part lies.</summary>
    public static string StatePath(string path) => path + ".json";

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        _sha256.Dispose();
        _gitId?.Dispose();
    }

    // A git blob id hashes the size first, so it needs the size from the listing.
    private void StartHashes()
    {
        _sha256.Dispose();
        _gitId?.Dispose();
        _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _gitId = null;
        if (_size is { } size && (_hash is null || !_hash.IsSha256))
        {
            _gitId = GitBlobId.Begin(size);
        }
    }

    private void Hash(ReadOnlySpan<byte> bytes)
    {
        _sha256.AppendData(bytes);
        _gitId?.AppendData(bytes);
    }

    private async Task HashExistingAsync(Action<long> found, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[BufferSize];
        _stream.Position = 0;
        int read;
        while ((read = await _stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            Hash(buffer.AsSpan(0, read));
            Length += read;
            found(read);
        }
    }
}
