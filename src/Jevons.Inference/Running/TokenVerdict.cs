namespace Jevons.Inference;

/// <summary>A sink's answer to a token.</summary>
public enum TokenVerdict
{
    /// <summary>Go on.</summary>
    Continue,

    /// <summary>End the sequence here.</summary>
    Stop,
}
