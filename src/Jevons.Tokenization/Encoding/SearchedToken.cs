namespace Jevons.Tokenization;

/// <summary>A token that is looked for in the text.</summary>
/// <param name="Id">The token.</param>
/// <param name="Text">Its UTF-8 text, not empty.</param>
/// <param name="IsPlain">Plain text (a letter, a run of blanks), so found in message contents too.</param>
/// <param name="StripLeft">Takes white space on its left.</param>
/// <param name="StripRight">Takes white space on its right.</param>
/// <param name="SingleWord">Only where no word character touches it.</param>
internal sealed record SearchedToken(
    int Id, byte[] Text, bool IsPlain, bool StripLeft = false, bool StripRight = false, bool SingleWord = false);
