using Jevons.Numerics;

namespace Jevons.Training;

/// <summary>
/// The order in which sequences are visited: every epoch all of them once, shuffled by seed and epoch (Fisher-Yates). Its place
/// is two numbers, so that a run goes on where it stopped.
/// </summary>
/// <param name="count">Sequences.</param>
/// <param name="seed">Seed of all epochs.</param>
/// <param name="shuffle">False keeps the data's order.</param>
public sealed class SequenceOrder(int count, ulong seed, bool shuffle)
{
    private readonly int[] _order = new int[count];
    private int _filled = -1;

    /// <summary>Finished epochs.</summary>
    public int Epoch { get; private set; }

    /// <summary>Sequences taken of this epoch.</summary>
    public int Position { get; private set; }

    /// <summary>Goes to a place.</summary>
    /// <param name="epoch">Finished epochs.</param>
    /// <param name="position">Sequences taken of this epoch.</param>
    public void Seek(int epoch, int position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, count);
        (Epoch, Position) = (epoch, position);
    }

    /// <summary>The next sequence, without taking it.</summary>
    /// <returns>Its index.</returns>
    public int Peek()
    {
        if (Position == count)
        {
            (Epoch, Position) = (Epoch + 1, 0);
        }

        Fill();
        return _order[Position];
    }

    /// <summary>Takes the next sequence.</summary>
    /// <returns>Its index.</returns>
    public int Take()
    {
        int index = Peek();
        Position++;
        return index;
    }

    private void Fill()
    {
        if (_filled == Epoch)
        {
            return;
        }

        for (int i = 0; i < count; i++)
        {
            _order[i] = i;
        }

        SeededRandom random = new(seed + ((ulong)Epoch * 0x9E3779B97F4A7C15UL));
        for (int i = count - 1; shuffle && i > 0; i--)
        {
            int other = random.NextInt32(i + 1);
            (_order[i], _order[other]) = (_order[other], _order[i]);
        }

        _filled = Epoch;
    }
}
