using System.Text;
using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>Case mapping of strings and the questions about their characters.</summary>
internal static class TextCase
{
    /// <summary><c>text.upper()</c>.</summary>
    public static JinjaString Upper(RenderState state, JinjaString text) => Map(state, text, static (rune, _) => PythonText.Upper(rune));

    /// <summary><c>text.lower()</c>; a capital sigma that ends a word becomes a final sigma.</summary>
    public static JinjaString Lower(RenderState state, JinjaString text) => Map(state, text, (rune, at) =>
        rune.Value == 0x03A3 && EndsWord(text, at) ? "\u03C2" : PythonText.Lower(rune));

    /// <summary><c>text.casefold()</c>.</summary>
    public static JinjaString Fold(RenderState state, JinjaString text) => Map(state, text, static (rune, _) =>
        rune.Value is 0x00DF or 0x1E9E ? "ss" : rune.Value == 0x03C2 ? "\u03C3" : PythonText.Lower(rune));

    /// <summary><c>text.capitalize()</c>: the first character in title case, the others in lower case.</summary>
    public static JinjaString Capitalize(RenderState state, JinjaString text) => Map(state, text, (rune, at) =>
        at == 0 ? PythonText.Title(rune) : rune.Value == 0x03A3 && EndsWord(text, at) ? "\u03C2" : PythonText.Lower(rune));

    /// <summary><c>text.title()</c>: title case after every character that has no case.</summary>
    public static JinjaString Title(RenderState state, JinjaString text)
    {
        bool inWord = false;
        return Map(state, text, (rune, _) =>
        {
            string mapped = inWord ? PythonText.Lower(rune) : PythonText.Title(rune);
            inWord = PythonText.IsCased(rune);
            return mapped;
        });
    }

    /// <summary><c>text.swapcase()</c>.</summary>
    public static JinjaString Swap(RenderState state, JinjaString text) => Map(state, text, static (rune, _) =>
        Rune.IsUpper(rune) ? PythonText.Lower(rune) : Rune.IsLower(rune) ? PythonText.Upper(rune) : rune.ToString());

    /// <summary>The filter <c>title</c>: words start after blanks, hyphens and opening brackets only.</summary>
    public static JinjaString TitleWords(RenderState state, JinjaString text)
    {
        bool first = true;
        return Map(state, text, (rune, _) =>
        {
            if (rune.Value is '-' or '(' or '{' or '[' or '<' || (rune.IsBmp && PythonText.IsSpace((char)rune.Value)))
            {
                first = true;
                return rune.ToString();
            }

            string mapped = first ? PythonText.Upper(rune) : PythonText.Lower(rune);
            first = false;
            return mapped;
        });
    }

    /// <summary>True when the text has a cased character and all of them are of one case.</summary>
    public static bool IsAllOfCase(JinjaString text, bool upper)
    {
        bool any = false;
        foreach (Rune rune in text.Text.EnumerateRunes())
        {
            if (!PythonText.IsCased(rune))
            {
                continue;
            }

            if (upper ? !Rune.IsUpper(rune) : !Rune.IsLower(rune))
            {
                return false;
            }

            any = true;
        }

        return any;
    }

    /// <summary><c>text.istitle()</c>: upper case only after characters without case, lower case only after cased ones.</summary>
    public static bool IsTitle(JinjaString text)
    {
        bool any = false;
        bool inWord = false;
        foreach (Rune rune in text.Text.EnumerateRunes())
        {
            bool starts = Rune.IsUpper(rune) || (PythonText.IsCased(rune) && !Rune.IsLower(rune));
            if ((starts && inWord) || (Rune.IsLower(rune) && !inWord))
            {
                return false;
            }

            inWord = PythonText.IsCased(rune);
            any |= inWord;
        }

        return any;
    }

    /// <summary>True when the text is not empty and every character satisfies a predicate.</summary>
    public static bool All(JinjaString text, Func<Rune, bool> predicate)
    {
        foreach (Rune rune in text.Text.EnumerateRunes())
        {
            if (!predicate(rune))
            {
                return false;
            }
        }

        return text.Text.Length > 0;
    }

    private static bool EndsWord(JinjaString text, int at) =>
        at > 0 && PythonText.IsCased(new Rune(char.IsSurrogate(text.Text[at - 1]) ? 'a' : text.Text[at - 1]))
        && (at + 1 >= text.Text.Length || !PythonText.IsCased(text.RuneAt(at + 1)));

    private static JinjaString Map(RenderState state, JinjaString text, Func<Rune, int, string> map)
    {
        state.Budget.Steps(text.Text.Length / 16);
        JinjaStringBuilder builder = new(state.Budget);
        for (int at = 0; at < text.Text.Length;)
        {
            int width = text.WidthAt(at);
            if (char.IsSurrogate(text.Text[at]) && width == 1)
            {
                builder.Append(text, at, width);
            }
            else
            {
                builder.Append(map(text.RuneAt(at), at), text.Content.Contains(at));
            }

            at += width;
        }

        return builder.ToValue(text.IsMarkup);
    }
}
