using System.Runtime.CompilerServices;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

/// <summary>Counts what a render spends and ends it when a limit is reached.</summary>
internal sealed class RenderBudget(RenderLimits limits)
{
    private long _steps;
    private long _characters;
    private int _depth;

    /// <summary>The limits that this budget enforces.</summary>
    public RenderLimits Limits => limits;

    /// <summary>Spends steps: evaluated nodes, elements looked at or stored.</summary>
    public void Steps(long count)
    {
        _steps += count;
        if (_steps > limits.MaxSteps || count < 0)
        {
            throw JinjaException.Limit(
                $"the template needs more than {limits.MaxSteps} steps; raise RenderLimits.MaxSteps if that is meant");
        }
    }

    /// <summary>Spends characters of built text.</summary>
    public void Characters(long count)
    {
        _characters += count;
        if (_characters > limits.MaxCharacters || count < 0)
        {
            throw JinjaException.Limit(
                $"the template builds more than {limits.MaxCharacters} characters; raise RenderLimits.MaxCharacters if that is meant");
        }
    }

    /// <summary>Goes one level deeper; also guards the thread's own stack, which a caller may have made small.</summary>
    public void Enter()
    {
        _steps++;
        if (++_depth > limits.MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw JinjaException.Limit(
                $"the template nests more than {Math.Min(_depth, limits.MaxDepth)} levels deep; raise RenderLimits.MaxDepth if that is meant");
        }

        Steps(0);
    }

    /// <summary>Comes back one level.</summary>
    public void Leave() => _depth--;
}
