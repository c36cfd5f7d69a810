using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;
using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Filters;

/// <summary>A filter: <c>value | name(arguments)</c>.</summary>
internal delegate JinjaValue Filter(RenderState state, JinjaValue value, Arguments arguments);
