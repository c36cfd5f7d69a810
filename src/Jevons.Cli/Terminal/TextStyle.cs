namespace Jevons.Cli;

/// <summary>Colours and weights of text by ANSI sequences; the text itself where the stream takes none.</summary>
/// <param name="isOn">Whether sequences are written.</param>
internal sealed class TextStyle(bool isOn)
{
    /// <summary>True when sequences are written.</summary>
    public bool IsOn => isOn;

    /// <summary>Strong.</summary>
    public string Bold(string text) => Wrap(text, "1");

    /// <summary>Grey: thinking, asides.</summary>
    public string Grey(string text) => Wrap(text, "90");

    /// <summary>Errors.</summary>
    public string Red(string text) => Wrap(text, "31");

    /// <summary>Warnings.</summary>
    public string Yellow(string text) => Wrap(text, "33");

    private string Wrap(string text, string code) => isOn && text.Length > 0 ? $"\e[{code}m{text}\e[0m" : text;
}
