using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;
using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Filters;

/// <summary>A test: <c>value is name(arguments)</c>.</summary>
internal delegate bool Test(RenderState state, JinjaValue value, Arguments arguments);
