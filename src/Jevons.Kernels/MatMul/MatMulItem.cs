namespace Jevons.Kernels;

/// <summary>One product of a group that runs as one parallel region: y = x W^T.</summary>
/// <param name="Weights">W [R, K].</param>
/// <param name="X">x [T, K].</param>
/// <param name="Y">y [T, R]; must not overlap any operand of the group.</param>
public readonly record struct MatMulItem(WeightMatrix Weights, ActivationRows X, Tensor Y);
