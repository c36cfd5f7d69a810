namespace Jevons.Training;

/// <summary>A writing system, by which languages are told apart where no dictionary is at hand.</summary>
public enum WritingSystem
{
    /// <summary>Not a letter of the systems below.</summary>
    Other,

    /// <summary>Latin letters: English, German, Vietnamese and others.</summary>
    Latin,

    /// <summary>Chinese characters.</summary>
    Han,

    /// <summary>Japanese syllables.</summary>
    Kana,

    /// <summary>Korean syllables.</summary>
    Hangul,

    /// <summary>Cyrillic letters.</summary>
    Cyrillic,

    /// <summary>Arabic letters.</summary>
    Arabic,

    /// <summary>Devanagari letters.</summary>
    Devanagari,
}
