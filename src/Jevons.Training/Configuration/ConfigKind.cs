namespace Jevons.Training;

/// <summary>What a key of a training configuration holds.</summary>
public enum ConfigKind
{
    /// <summary>Text, a path or a name.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number.</summary>
    Number,

    /// <summary>true or false.</summary>
    Flag,

    /// <summary>A list of texts; one text stands for a list of one.</summary>
    List,
}
