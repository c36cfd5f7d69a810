namespace Jevons.Cli;

/// <summary>What becomes of a model's thinking.</summary>
internal enum ThinkMode
{
    /// <summary>Shown on a terminal, left out of a pipe.</summary>
    Auto,

    /// <summary>Shown: grey on a terminal; on standard error where standard output is a pipe.</summary>
    Show,

    /// <summary>The model thinks, but nobody sees it.</summary>
    Hide,

    /// <summary>The model is asked to answer at once.</summary>
    Off,
}
