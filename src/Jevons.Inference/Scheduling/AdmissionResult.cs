namespace Jevons.Inference;

/// <summary>What came of handing a sequence to the scheduler.</summary>
public enum AdmissionResult
{
    /// <summary>It waits for its turn.</summary>
    Queued,

    /// <summary>Its prompt leaves no position for a generated token in the longest context that the pages hold.</summary>
    PromptTooLong,
}
