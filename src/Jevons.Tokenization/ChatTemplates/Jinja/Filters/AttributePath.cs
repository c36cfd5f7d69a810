using System.Globalization;
using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;
using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Filters;

/// <summary>What filters take as <c>attribute</c>: a name, an index, or a dotted path of both.</summary>
internal sealed class AttributePath
{
    private readonly JinjaValue[] _parts;
    private readonly JinjaValue? _default;

    private AttributePath(JinjaValue[] parts, JinjaValue? missing)
    {
        _parts = parts;
        _default = missing;
    }

    /// <summary>Reads a path; no value or None is the path to the item itself.</summary>
    public static AttributePath Parse(JinjaValue? attribute, JinjaValue? missing = null) => new(
        attribute switch
        {
            null or JinjaNone => [],
            JinjaString text => [.. text.Text.Split('.').Select(Part)],
            _ => [attribute],
        },
        missing is JinjaNone ? null : missing);

    /// <summary>Reads the paths of <c>sort</c>, which may be several with commas between.</summary>
    public static AttributePath[] ParseMany(JinjaValue? attribute) => attribute is JinjaString text
        ? [.. text.Text.Split(',').Select(p => Parse(JinjaString.Template(p)))]
        : [Parse(attribute)];

    /// <summary>Follows the path from an item.</summary>
    public JinjaValue Follow(RenderState state, JinjaValue item)
    {
        foreach (JinjaValue part in _parts)
        {
            state.Budget.Steps(1);
            item = Members.Element(state, item, part);
            if (_default is not null && item is JinjaUndefined)
            {
                item = _default;
            }
        }

        return item;
    }

    private static JinjaValue Part(string part) =>
        part.Length is > 0 and < 10 && part.All(char.IsAsciiDigit)
            ? JinjaInteger.Of(int.Parse(part, CultureInfo.InvariantCulture))
            : JinjaString.Template(part);
}
