using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Jevons.Hub;

/// <summary>The id that git, and with it the hub, gives to a small file: SHA-1 of <c>"blob " + size + "\0"</c> and the content.</summary>
internal static class GitBlobId
{
    /// <summary>Begins the hash of a file of a known size; its content is appended by the caller.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "Git's object ids are SHA-1 by definition; weights are checked by SHA-256.")]
    public static IncrementalHash Begin(long size)
    {
        IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {size}\0")));
        return hash;
    }
}
