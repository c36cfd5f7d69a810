namespace Jevons.Inference;

/// <summary>What a stretch of generated text is.</summary>
public enum PartKind
{
    /// <summary>The answer.</summary>
    Answer,

    /// <summary>Reasoning between the model's thinking tags.</summary>
    Thinking,
}
