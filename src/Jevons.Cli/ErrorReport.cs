using Jevons.Hub;
using Jevons.Tokenization.ChatTemplates;

namespace Jevons.Cli;

/// <summary>Says what went wrong in one line on standard error, and which exit code that is.</summary>
internal static class ErrorReport
{
    private const int DiskFullOnUnix = 28;
    private const int DiskFullOnWindows = unchecked((int)0x80070070);

    /// <summary>Writes the message of a failure.</summary>
    /// <param name="failure">What was thrown.</param>
    /// <param name="context">Where to, and whether the stack is wanted.</param>
    /// <returns>The exit code.</returns>
    public static int Write(Exception failure, CliContext context)
    {
        Exception cause = failure is AggregateException { InnerExceptions: [Exception only] } ? only : failure;
        int code = CodeOf(cause, out bool isExpected);
        if (code == ExitCodes.Interrupted)
        {
            context.Error.WriteLine();
        }
        else
        {
            string message = isExpected ? MessageOf(cause) : $"unexpected {cause.GetType().Name}: {MessageOf(cause)}";
            context.Complain($"{context.ErrorStyle.Red("jevons:")} {message}");
        }

        if (context.Environment.Debug && code != ExitCodes.Interrupted)
        {
            context.Error.WriteLine(failure.ToString());
        }
        else if (!isExpected)
        {
            context.Error.WriteLine("JEVONS_DEBUG=1 shows where it happened.");
        }

        return code;
    }

    private static int CodeOf(Exception cause, out bool isExpected)
    {
        isExpected = true;
        switch (cause)
        {
            case UsageException:
                return ExitCodes.Usage;
            case OperationCanceledException:
                return ExitCodes.Interrupted;
            case HubException hub:
                return CodeOf(hub.Kind);
            case FileNotFoundException or DirectoryNotFoundException:
                return ExitCodes.NotFound;
            case OutOfMemoryException:
                return ExitCodes.DoesNotFit;
            case IOException { HResult: DiskFullOnUnix or DiskFullOnWindows }:
                return ExitCodes.DoesNotFit;
            case InvalidDataException or JinjaException or IOException or UnauthorizedAccessException or NotSupportedException:
                return ExitCodes.Failure;
            case ArgumentException or InvalidOperationException when cause is not ObjectDisposedException:
                return ExitCodes.Failure;
            default:
                isExpected = false;
                return ExitCodes.Failure;
        }
    }

    private static int CodeOf(HubErrorKind kind) => kind switch
    {
        HubErrorKind.NotFound => ExitCodes.NotFound,
        HubErrorKind.Network or HubErrorKind.Offline => ExitCodes.Network,
        HubErrorKind.NoSpace => ExitCodes.DoesNotFit,
        HubErrorKind.Usage => ExitCodes.Usage,
        _ => ExitCodes.Failure,
    };

    /// <summary>The message of a failure for a person: without the parameter's name, which is for programmers, and with what to do.</summary>
    /// <param name="cause">What was thrown.</param>
    /// <returns>The message.</returns>
    public static string MessageOf(Exception cause)
    {
        switch (cause)
        {
            case OutOfMemoryException and not InsufficientMemoryException:
                return "the system refuses the memory that this needs; a shorter context (--ctx), a smaller model or fewer programs beside it need less";
            case IOException { HResult: DiskFullOnUnix or DiskFullOnWindows }:
                return $"the disk is full: {cause.Message}; free some space, or write to another disk";
        }

        int parameter = cause is ArgumentException ? cause.Message.IndexOf(" (Parameter '", StringComparison.Ordinal) : -1;
        return parameter > 0 ? cause.Message[..parameter] : cause.Message;
    }
}
