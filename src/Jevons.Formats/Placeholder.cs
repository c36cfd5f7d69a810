namespace Jevons.Formats;

internal static class Placeholder;
