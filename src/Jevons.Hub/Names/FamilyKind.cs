namespace Jevons.Hub;

/// <summary>What a short name really stands for.</summary>
public enum FamilyKind
{
    /// <summary>A dense Qwen or Llama model taught on R1's answers: it shares R1's style, not its architecture.</summary>
    Distill,

    /// <summary>DeepSeek-R1 itself: 671 billion parameters, mixture of experts.</summary>
    Reasoner,

    /// <summary>A DeepSeek chat model of the V2 or V3 line that does not think before it answers.</summary>
    Chat,
}
