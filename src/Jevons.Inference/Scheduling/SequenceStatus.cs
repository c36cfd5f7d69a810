namespace Jevons.Inference;

/// <summary>Where a sequence stands in the scheduler.</summary>
public enum SequenceStatus
{
    /// <summary>Not yet given to a scheduler.</summary>
    Created,

    /// <summary>In the queue, owning no page; also after preemption.</summary>
    Waiting,

    /// <summary>Admitted: owns pages and takes part in batches.</summary>
    Running,

    /// <summary>Ended for any reason; owns no page.</summary>
    Finished,
}
