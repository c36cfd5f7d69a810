using System.Buffers;

namespace Jevons.Hub;

/// <summary>
/// Receives one file into its part until the bytes are those that the hub promised. A lost connection, a short body or a busy server
/// leads to another request for the rest; a server that ignores or misreads the range, to a request for the whole; wrong bytes, to one
/// second try from the start.
/// </summary>
internal sealed class FileDownload(HubClient client, HubOptions options, PullMeter meter)
{
    private const int BufferSize = 256 << 10;
    private const long Progress = 1 << 20;

    /// <summary>Receives the file.</summary>
    /// <returns>The SHA-256 of the complete part.</returns>
    /// <exception cref="HubException">The network failed for good, the disk is full, or the bytes are wrong twice.</exception>
    public async Task<DownloadedFile> RunAsync(
        string repository, string revision, HubFile file, string partPath, CancellationToken cancellationToken)
    {
        if (PartFile.LengthLeft(partPath, file) > 0)
        {
            meter.Check(file.Path);
        }

        using PartFile part = await PartFile.OpenAsync(partPath, file, meter.Found, cancellationToken);
        string? commit = null;
        for (int tries = 0; ; tries++)
        {
            commit = await FillAsync(repository, revision, file, part, cancellationToken) ?? commit;
            if (part.Finish(out string sha256))
            {
                return new DownloadedFile(sha256, part.Length, commit);
            }

            meter.Discard(part.Length);
            part.Restart(file.Hash?.Hex);
            if (tries > 0)
            {
                part.Dispose();
                PartFile.Delete(partPath);
                throw new HubException(
                    HubErrorKind.Corrupt,
                    $"{file.Path} of {repository} arrived twice with other bytes than the hub promises ({file.Hash?.Hex[..12]});"
                    + " they were removed: try again later or from another mirror");
            }
        }
    }

    private async Task<string?> FillAsync(
        string repository, string revision, HubFile file, PartFile part, CancellationToken cancellationToken)
    {
        Backoff backoff = new(options);
        long highWater = part.Length;
        bool ranges = true;
        string? commit = null;
        while (file.Size is null || part.Length < file.Size)
        {
            try
            {
                if (!ranges)
                {
                    Discard(part, file);
                }

                using HubAnswer answer = await client.OpenAsync(repository, revision, file.Path, part.Length, cancellationToken);
                commit = answer.Commit ?? commit;
                ranges &= Accept(answer, file, part, repository);
                if (await CopyAsync(answer, file, part, cancellationToken))
                {
                    break;
                }
            }
            catch (TransientFailureException e)
            {
                ranges &= e is not RangeRefusedException;
                if (part.Length >= highWater + Progress)
                {
                    highWater = part.Length;
                    backoff.Reset();
                }

                await backoff.WaitAsync(e, meter.Wait, cancellationToken);
            }
        }

        return commit;
    }

    // Brings the part in line with the answer, whose body then continues it. Returns false when the server ignores ranges.
    private bool Accept(HubAnswer answer, HubFile file, PartFile part, string repository)
    {
        CheckIdentity(answer, file, repository);
        if (answer.IsBeyondEnd)
        {
            throw new RangeRefusedException($"the server has no bytes of {file.Path} after {part.Length}");
        }

        if (file.Size is { } size && answer.TotalSize is { } total && total != size)
        {
            throw new RangeRefusedException($"the server offers {total} bytes for {file.Path}, whose size is {size}");
        }

        string? tag = file.Hash is null ? answer.ETag : null;
        if (answer.IsPartial)
        {
            if (answer.From != part.Length)
            {
                throw new RangeRefusedException($"the server answered bytes from {answer.From} of {file.Path} instead of {part.Length}");
            }

            if (file.Hash is null && part.Length > 0 && (tag is null || tag != part.Validator))
            {
                throw new RangeRefusedException($"{file.Path} changed on the server since it was begun");
            }

            return true;
        }

        bool ignored = part.Length > 0;
        if (ignored || (tag is not null && tag != part.Validator))
        {
            Discard(part, file, tag);
        }

        return !ignored;
    }

    private static void CheckIdentity(HubAnswer answer, HubFile file, string repository)
    {
        ContentHash? served = ContentHash.TryParse(answer.ETag);
        if (file.Hash is not null && served is not null && served.IsSha256 == file.Hash.IsSha256 && served != file.Hash)
        {
            throw new HubException(
                HubErrorKind.Corrupt,
                $"{file.Path} of {repository} changed on the hub after it was listed"
                + $" ({file.Hash.Hex[..12]} became {served.Hex[..12]}): pull again to get the new one");
        }
    }

    // True when the file is complete. Without a size, a body that ends in order is the whole file.
    private async Task<bool> CopyAsync(HubAnswer answer, HubFile file, PartFile part, CancellationToken cancellationToken)
    {
        long? end = file.Size ?? answer.TotalSize;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            Stream body = await answer.ReadAsync(cancellationToken);
            using CancellationTokenSource stall = new(Timeout.InfiniteTimeSpan, options.Time);
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellationToken);
            while (end is null || part.Length < end)
            {
                stall.CancelAfter(options.StallTimeout);
                int read = await ReadAsync(body, buffer, file, either.Token, cancellationToken);
                if (read == 0)
                {
                    return end is null
                        ? true
                        : throw new TransientFailureException($"the body of {file.Path} ended {end - part.Length} bytes early");
                }

                int kept = (int)Math.Min(read, (end ?? long.MaxValue) - part.Length);
                await WriteAsync(part, buffer.AsMemory(0, kept), file, cancellationToken);
                meter.Receive(kept);
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<int> ReadAsync(
        Stream body, byte[] buffer, HubFile file, CancellationToken either, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer.AsMemory(0, BufferSize), either);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new TransientFailureException($"the connection was lost in {file.Path} ({e.Message})", null, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransientFailureException(
                $"the connection delivered nothing of {file.Path} for {options.StallTimeout.TotalSeconds:0} s",
                null,
                e);
        }
    }

    private static async Task WriteAsync(PartFile part, ReadOnlyMemory<byte> bytes, HubFile file, CancellationToken cancellationToken)
    {
        try
        {
            await part.AppendAsync(bytes, cancellationToken);
        }
        catch (IOException e) when (IsDiskFull(e))
        {
            throw new HubException(
                HubErrorKind.NoSpace,
                $"the disk filled up while {file.Path} was written: free some room and pull again, the bytes so far are kept",
                e);
        }
    }

    // ENOSPC and EDQUOT of Unix, ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows.
    private static bool IsDiskFull(IOException e) => (e.HResult & 0xFFFF) is 28 or 122 or 0x70 or 0x27;

    private void Discard(PartFile part, HubFile file, string? tag = null)
    {
        meter.Discard(part.Length);
        part.Restart(file.Hash?.Hex ?? tag);
    }
}
