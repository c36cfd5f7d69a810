using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

/// <summary>
/// The variables of one block. Assignments go to the innermost scope; what an inner scope assigns is gone when it ends.
/// </summary>
internal sealed class Scope(Scope? parent)
{
    private Dictionary<string, JinjaValue>? _variables;

    /// <summary>Sets a variable in this scope.</summary>
    public void Set(string name, JinjaValue value) => (_variables ??= new(StringComparer.Ordinal))[name] = value;

    /// <summary>The nearest variable of a name, or null.</summary>
    public JinjaValue? Find(string name)
    {
        for (Scope? scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope._variables is not null && scope._variables.TryGetValue(name, out JinjaValue? value))
            {
                return value;
            }
        }

        return null;
    }

    private Scope? Parent => parent;
}
