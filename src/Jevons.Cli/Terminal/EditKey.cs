namespace Jevons.Cli;

/// <summary>A key as a line editor understands it.</summary>
/// <param name="Command">What to do.</param>
/// <param name="Text">The text to insert, else empty.</param>
internal readonly record struct EditKey(EditCommand Command, string Text = "");
