namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>The arguments of a call: positional ones, then named ones in the order written.</summary>
internal sealed class Arguments(IReadOnlyList<JinjaValue> positional, IReadOnlyList<KeyValuePair<string, JinjaValue>> named)
{
    /// <summary>No arguments.</summary>
    public static readonly Arguments None = new([], []);

    /// <summary>The positional arguments.</summary>
    public IReadOnlyList<JinjaValue> Positional => positional;

    /// <summary>The named arguments; names are distinct.</summary>
    public IReadOnlyList<KeyValuePair<string, JinjaValue>> Named => named;

    /// <summary>One positional argument.</summary>
    public static Arguments Of(JinjaValue value) => new([value], []);

    /// <summary>The named argument, or null.</summary>
    public JinjaValue? Find(string name)
    {
        foreach ((string key, JinjaValue value) in named)
        {
            if (string.Equals(key, name, StringComparison.Ordinal))
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>The same arguments without the first positional ones.</summary>
    public Arguments Skip(int count) => new([.. positional.Skip(count)], named);

    /// <summary>Assigns the arguments to parameters; those not given are null.</summary>
    /// <param name="callee">The name of the function, in error messages.</param>
    /// <param name="required">How many of the parameters must be given.</param>
    /// <param name="parameters">The names of the parameters in order.</param>
    /// <returns>One value or null per parameter.</returns>
    public JinjaValue?[] Bind(string callee, int required, params ReadOnlySpan<string> parameters)
    {
        if (positional.Count > parameters.Length)
        {
            throw JinjaException.Operation($"{callee} takes at most {parameters.Length} arguments ({positional.Count} given)");
        }

        JinjaValue?[] bound = new JinjaValue?[parameters.Length];
        for (int i = 0; i < positional.Count; i++)
        {
            bound[i] = positional[i];
        }

        foreach ((string name, JinjaValue value) in named)
        {
            int at = parameters.IndexOf(name);
            if (at < 0)
            {
                throw JinjaException.Operation($"{callee} got an unexpected keyword argument '{name}'");
            }

            if (bound[at] is not null)
            {
                throw JinjaException.Operation($"{callee} got multiple values for argument '{name}'");
            }

            bound[at] = value;
        }

        for (int i = 0; i < required; i++)
        {
            if (bound[i] is null)
            {
                throw JinjaException.Operation($"{callee} misses its argument '{parameters[i]}'");
            }
        }

        return bound;
    }

    /// <summary>As <see cref="Bind"/>, for Python's built-in methods, which take no argument by name.</summary>
    public JinjaValue?[] BindPositional(string callee, int required, int maximum)
    {
        if (named.Count > 0)
        {
            throw JinjaException.Operation($"{callee} takes no keyword arguments");
        }

        if (positional.Count < required || positional.Count > maximum)
        {
            throw JinjaException.Operation($"{callee} takes {required} to {maximum} arguments ({positional.Count} given)");
        }

        JinjaValue?[] bound = new JinjaValue?[maximum];
        for (int i = 0; i < positional.Count; i++)
        {
            bound[i] = positional[i];
        }

        return bound;
    }
}
