using Jevons.Numerics;

namespace Jevons.Cli;

/// <summary>What a conversion was asked for.</summary>
/// <param name="Context">Streams and environment.</param>
/// <param name="Target">The file or folder to write.</param>
/// <param name="Type">Type of the matrices; null for the source's own.</param>
/// <param name="VocabOnly">True to leave the weights out.</param>
/// <param name="KeepDraft">True to keep the multi-token-prediction layer.</param>
internal sealed record ConversionRequest(CliContext Context, string Target, TensorType? Type, bool VocabOnly, bool KeepDraft);
