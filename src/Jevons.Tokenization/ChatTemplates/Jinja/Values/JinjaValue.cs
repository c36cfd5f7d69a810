using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>
/// A value of the template language with the behaviour of its Python counterpart. Values are immutable except for namespaces,
/// generators and loop state, none of which outlives a render.
/// </summary>
internal abstract class JinjaValue
{
    /// <summary>Containers may nest this deep; it bounds every recursion over values.</summary>
    public const int MaxDepth = 200;

    /// <summary>The name of the Python type, as in its error messages.</summary>
    public abstract string TypeName { get; }

    /// <summary>Python's truth value.</summary>
    public virtual bool IsTruthy => true;

    /// <summary>How many containers are nested in this value, itself included.</summary>
    public virtual int Depth => 0;

    /// <summary>True when the value may be a key of a dict.</summary>
    public virtual bool IsHashable => true;

    /// <summary>Number of values in the tree below and including this one: the cost of walking it.</summary>
    public virtual long Weight => 1;

    /// <summary>Python's <c>len</c>, or null when the type has none.</summary>
    public virtual int? Length => null;

    /// <summary>True when the value can be called.</summary>
    public virtual bool IsCallable => false;

    /// <summary>Appends Python's <c>str(value)</c>.</summary>
    public virtual void WriteText(JinjaStringBuilder target) => WriteRepr(target, 0);

    /// <summary>Appends Python's <c>repr(value)</c>.</summary>
    public abstract void WriteRepr(JinjaStringBuilder target, int depth);

    /// <summary>Starts an iteration, or null when the type has none. A generator goes on where it stopped.</summary>
    public virtual IEnumerator<JinjaValue>? Iterate(RenderState state) => null;

    /// <summary>An attribute of the Python object (a method, mostly), or null when it has no such attribute.</summary>
    public virtual JinjaValue? Attribute(string name) => null;

    /// <summary>The element under a key or index, or null when there is none or the type has no elements.</summary>
    public virtual JinjaValue? Element(JinjaValue key, RenderState state) => null;

    /// <summary>Calls the value.</summary>
    public virtual JinjaValue Call(RenderState state, Arguments arguments) =>
        throw JinjaException.Operation($"'{TypeName}' object is not callable");

    /// <summary>Python's <c>==</c>.</summary>
    public virtual bool EqualTo(JinjaValue other) => ReferenceEquals(this, other);

    /// <summary>Python's <c>hash</c>: equal values have equal hashes. Throws for what cannot be a key.</summary>
    public virtual int Hash() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    /// <summary>The text of <c>str(value)</c> as a plain string value.</summary>
    public virtual JinjaString ToText(RenderState state)
    {
        JinjaStringBuilder builder = new(state.Budget);
        WriteText(builder);
        return builder.ToValue();
    }

    /// <summary>An iteration, or the error that Python gives for a type that has none.</summary>
    public IEnumerator<JinjaValue> RequireIterator(RenderState state) =>
        Iterate(state) ?? throw JinjaException.Operation($"'{TypeName}' object is not iterable");

    /// <summary>All elements, each spending a step.</summary>
    public List<JinjaValue> ToElements(RenderState state)
    {
        List<JinjaValue> elements = [];
        IEnumerator<JinjaValue> iterator = RequireIterator(state);
        while (iterator.MoveNext())
        {
            state.Budget.Steps(1);
            elements.Add(iterator.Current);
        }

        return elements;
    }
}
