namespace Jevons.Models;

internal static class Placeholder;
