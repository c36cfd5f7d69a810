namespace Jevons.Models;

/// <summary>Fills one row of a tensor.</summary>
/// <param name="row">Row number over all leading dimensions.</param>
/// <param name="values">Receives the row.</param>
internal delegate void RowReader(long row, Span<float> values);
