namespace Jevons.Models;

/// <summary>An adapter's two matrices for one linear layer, f32, rows in checkpoint order unless the adapter says otherwise.</summary>
/// <param name="Name">Checkpoint name of the layer, without ".weight".</param>
/// <param name="NameA">Name of A in the adapter's file.</param>
/// <param name="A">A [rank, In].</param>
/// <param name="NameB">Name of B in the adapter's file.</param>
/// <param name="B">B [Out, rank].</param>
/// <param name="Rank">Rank.</param>
/// <param name="In">Columns of A.</param>
/// <param name="Out">Rows of B.</param>
/// <param name="Scale">alpha / rank, or alpha / sqrt(rank) for rank-stabilised adapters.</param>
public sealed record LoraModule(string Name, string NameA, float[] A, string NameB, float[] B, int Rank, int In, int Out, float Scale);
