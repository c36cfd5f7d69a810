namespace Jevons.Cli;

/// <summary>What a key asks a line editor to do.</summary>
internal enum EditCommand
{
    /// <summary>Nothing: a key without a meaning here.</summary>
    None,

    /// <summary>Insert text: a character, or all of a paste.</summary>
    Insert,

    /// <summary>Insert a line break.</summary>
    InsertLine,

    /// <summary>Hand the line over.</summary>
    Submit,

    /// <summary>Give the line up (Ctrl-C).</summary>
    Interrupt,

    /// <summary>Delete to the right, or end the input on an empty line (Ctrl-D).</summary>
    DeleteOrEnd,

    /// <summary>Delete the character to the left.</summary>
    Backspace,

    /// <summary>Delete the character to the right.</summary>
    Delete,

    /// <summary>One character to the left.</summary>
    Left,

    /// <summary>One character to the right.</summary>
    Right,

    /// <summary>One word to the left.</summary>
    WordLeft,

    /// <summary>One word to the right.</summary>
    WordRight,

    /// <summary>To the beginning of the line.</summary>
    Home,

    /// <summary>To the end of the line.</summary>
    End,

    /// <summary>Cut to the end of the line.</summary>
    CutToEnd,

    /// <summary>Cut to the beginning of the line.</summary>
    CutToStart,

    /// <summary>Cut the word to the left.</summary>
    CutWordLeft,

    /// <summary>Cut the word to the right.</summary>
    CutWordRight,

    /// <summary>Insert what was cut last.</summary>
    Paste,

    /// <summary>A line up, or the entry before in the history.</summary>
    Up,

    /// <summary>A line down, or the next entry of the history.</summary>
    Down,

    /// <summary>Clear the screen and draw the line anew.</summary>
    ClearScreen,

    /// <summary>Complete the word before the cursor.</summary>
    Complete,

    /// <summary>Open the line in the person's own editor.</summary>
    OpenEditor,
}
