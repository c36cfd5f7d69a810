using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>How <c>a.b</c> and <c>a['b']</c> find their value: attribute first for the one, element first for the other.</summary>
internal static class Members
{
    /// <summary><c>owner.name</c>.</summary>
    public static JinjaValue Attribute(RenderState state, JinjaValue owner, string name)
    {
        if (owner is JinjaUndefined undefined)
        {
            throw undefined.Error;
        }

        if (IsInternal(name))
        {
            return SequenceMethods.Forbidden(owner, name);
        }

        JinjaString key = JinjaString.Template(name);
        return owner.Attribute(name) ?? owner.Element(key, state) ?? JinjaUndefined.Member(owner, key, state);
    }

    /// <summary><c>owner[key]</c>.</summary>
    public static JinjaValue Element(RenderState state, JinjaValue owner, JinjaValue key)
    {
        if (owner is JinjaUndefined undefined)
        {
            throw undefined.Error;
        }

        if (owner.Element(key, state) is { } element)
        {
            return element;
        }

        if (key is JinjaString name)
        {
            if (IsInternal(name.Text))
            {
                return SequenceMethods.Forbidden(owner, name.Text);
            }

            if (owner.Attribute(name.Text) is { } attribute)
            {
                return attribute;
            }
        }

        return JinjaUndefined.Member(owner, key, state);
    }

    /// <summary>True for the names of Python's machinery, which the sandbox keeps from templates.</summary>
    public static bool IsInternal(string name) =>
        name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal);
}
