namespace Jevons.Hub;

/// <summary>One file of a stored model.</summary>
/// <param name="Path">Its path below the model's folder, with forward slashes.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Sha256">Its SHA-256 in lower-case hexadecimal digits, computed when it was received.</param>
public sealed record StoredFile(string Path, long Size, string Sha256);
