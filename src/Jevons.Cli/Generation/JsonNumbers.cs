using System.Text.Json;

namespace Jevons.Cli;

/// <summary>Numbers as JSON has them: what is not finite has no spelling there and becomes null.</summary>
internal static class JsonNumbers
{
    /// <summary>Writes an element.</summary>
    public static void Write(Utf8JsonWriter writer, float value)
    {
        if (float.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    /// <summary>Writes an element.</summary>
    public static void Write(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    /// <summary>Writes a property, with the digits of single precision: 0.95 and not 0.949999988079071.</summary>
    public static void Write(Utf8JsonWriter writer, string name, float value)
    {
        writer.WritePropertyName(name);
        Write(writer, value);
    }

    /// <summary>Writes a property.</summary>
    public static void Write(Utf8JsonWriter writer, string name, double value)
    {
        writer.WritePropertyName(name);
        Write(writer, value);
    }
}
