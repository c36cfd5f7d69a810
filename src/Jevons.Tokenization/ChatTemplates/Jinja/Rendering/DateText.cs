using System.Globalization;
using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

/// <summary>
/// Dates as <c>strftime</c> writes them in the C locale: English names, and the flags <c>- _ 0 ^ #</c> of the GNU library.
/// </summary>
internal static class DateText
{
    /// <summary>Formats a moment by its own wall clock.</summary>
    public static JinjaValue Format(RenderState state, JinjaString format, DateTimeOffset moment)
    {
        string text = format.Text;
        JinjaStringBuilder builder = new(state.Budget);
        int at = 0;
        while (at < text.Length)
        {
            int percent = text.IndexOf('%', at);
            int end = percent < 0 ? text.Length : percent;
            builder.Append(format, at, end - at);
            if (percent < 0)
            {
                break;
            }

            at = percent + 1;
            char flag = at < text.Length && text[at] is '-' or '_' or '0' or '^' or '#' ? text[at++] : '\0';
            string? field = at < text.Length ? Field(text[at], flag, moment) : null;
            if (field is null)
            {
                // A code without a meaning stands for itself.
                builder.Append(format, percent, Math.Min(at + 1, text.Length) - percent);
            }
            else
            {
                builder.Append(flag == '^' || (flag == '#' && text[at] != 'p') ? field.ToUpperInvariant()
                    : flag == '#' ? field.ToLowerInvariant() : field, isContent: false);
            }

            at++;
        }

        return builder.ToValue();
    }

    private static string? Field(char code, char flag, DateTimeOffset moment)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        int hour12 = moment.Hour % 12 == 0 ? 12 : moment.Hour % 12;
        int weekday = (int)moment.DayOfWeek;
        int isoWeekday = weekday == 0 ? 7 : weekday;
        return code switch
        {
            'a' => culture.DateTimeFormat.AbbreviatedDayNames[weekday],
            'A' => culture.DateTimeFormat.DayNames[weekday],
            'b' or 'h' => culture.DateTimeFormat.AbbreviatedMonthNames[moment.Month - 1],
            'B' => culture.DateTimeFormat.MonthNames[moment.Month - 1],
            'c' => Join("a b e T Y", " ", moment),
            'C' => Number(moment.Year / 100, 2, flag),
            'd' => Number(moment.Day, 2, flag),
            'D' or 'x' => Join("m d y", "/", moment),
            'e' => Number(moment.Day, 2, flag == '\0' ? '_' : flag),
            'f' => (moment.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond).ToString("000000", culture),
            'F' => Join("Y m d", "-", moment),
            'g' => Number(ISOWeek.GetYear(moment.DateTime) % 100, 2, flag),
            'G' => Number(ISOWeek.GetYear(moment.DateTime), 4, flag == '\0' ? '-' : flag),
            'H' => Number(moment.Hour, 2, flag),
            'I' => Number(hour12, 2, flag),
            'j' => Number(moment.DayOfYear, 3, flag),
            'k' => Number(moment.Hour, 2, flag == '\0' ? '_' : flag),
            'l' => Number(hour12, 2, flag == '\0' ? '_' : flag),
            'm' => Number(moment.Month, 2, flag),
            'M' => Number(moment.Minute, 2, flag),
            'n' => "\n",
            'p' => moment.Hour < 12 ? "AM" : "PM",
            'P' => moment.Hour < 12 ? "am" : "pm",
            'r' => Join("I M S", ":", moment) + " " + Field('p', '\0', moment),
            'R' => Join("H M", ":", moment),
            's' => moment.ToUnixTimeSeconds().ToString(culture),
            'S' => Number(moment.Second, 2, flag),
            't' => "\t",
            'T' or 'X' => Join("H M S", ":", moment),
            'u' => isoWeekday.ToString(culture),
            'U' => Number((moment.DayOfYear + 6 - weekday) / 7, 2, flag),
            'V' => Number(ISOWeek.GetWeekOfYear(moment.DateTime), 2, flag),
            'w' => weekday.ToString(culture),
            'W' => Number((moment.DayOfYear + 7 - isoWeekday) / 7, 2, flag),
            'y' => Number(moment.Year % 100, 2, flag),
            'Y' => Number(moment.Year, 4, flag == '\0' ? '-' : flag),

            // The moment that templates see has no zone, as Python's datetime.now() has none.
            'z' or 'Z' => "",
            '%' => "%",
            _ => null,
        };
    }

    private static string Join(string codes, string separator, DateTimeOffset moment) =>
        string.Join(separator, codes.Split(' ').Select(c => Field(c[0], '\0', moment)));

    private static string Number(int value, int width, char flag)
    {
        string digits = value.ToString(CultureInfo.InvariantCulture);
        return flag switch
        {
            '-' => digits,
            '_' => digits.PadLeft(width),
            _ => digits.PadLeft(width, '0'),
        };
    }
}
