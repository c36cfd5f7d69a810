namespace Jevons.Cli;

/// <summary>What the command ends with; scripts may rely on these numbers.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>It failed: a damaged file, a template that raises, a full queue.</summary>
    public const int Failure = 1;

    /// <summary>The command line cannot be understood.</summary>
    public const int Usage = 2;

    /// <summary>A model or file that was named does not exist.</summary>
    public const int NotFound = 3;

    /// <summary>The network failed, or is switched off.</summary>
    public const int Network = 4;

    /// <summary>Memory or the disk is too small.</summary>
    public const int DoesNotFit = 5;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Interrupted = 130;
}
