namespace Jevons.Hub;

/// <summary>What a pull is doing.</summary>
public enum PullPhase
{
    /// <summary>Asks the hub which files there are.</summary>
    Listing,

    /// <summary>Reads bytes that an earlier pull left, to go on after them.</summary>
    Checking,

    /// <summary>Receives bytes.</summary>
    Downloading,

    /// <summary>Waits before another attempt; <see cref="PullProgress.Message"/> says why and for how long.</summary>
    Waiting,

    /// <summary>Everything is in place.</summary>
    Done,
}
