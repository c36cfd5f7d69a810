using System.Buffers.Binary;

namespace Jevons.Formats;

/// <summary>Recognises what a file is by its first bytes, to say something useful when it is not what was expected.</summary>
internal static class FileKind
{
    /// <summary>The first four bytes of a GGUF file as a little-endian number.</summary>
    public const uint Gguf = 0x46554747;

    /// <summary>What a file that begins with these four bytes is, as the start of a message.</summary>
    /// <param name="magic">The first four bytes as a little-endian number.</param>
    /// <returns>"this is a PyTorch checkpoint ...".</returns>
    public static string Describe(uint magic)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, magic);
        const string pickle = "pickles run code when read, convert it to safetensors first";
        return magic switch
        {
            0x04034B50 => $"this is a PyTorch checkpoint (.bin, .pt: a zip of pickles) or another zip; {pickle}",
            _ when bytes[0] == 0x80 && bytes[1] is >= 2 and <= 5 => $"this is a Python pickle (.bin, .pt); {pickle}",
            0x67676D6C or 0x67676A74 or 0x67676D66 => "this is a ggml file from before GGUF; convert the model again",
            0x73726576 => "this is a Git LFS pointer (\"version https://git-lfs...\"), not the model; download the file itself",
            _ when bytes.SequenceEqual("<!DO"u8) || bytes.SequenceEqual("<htm"u8) =>
                "this is a web page, not a model; download the file itself",
            _ => $"the file begins with bytes {Convert.ToHexString(bytes)}",
        };
    }
}
