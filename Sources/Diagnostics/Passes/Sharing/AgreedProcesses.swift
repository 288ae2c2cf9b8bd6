/// The processes of a run, once they are known to work on the same.
///
/// What says so travels while each does its first work. It is waited for before anything else is sent or
/// received, so that no sums of something else are taken for one's own.
private struct AgreedProcesses: Processes {
  let processes: any Processes
  let agreement: Task<Void, any Error>

  var count: Int { processes.count }
  var rank: Int { processes.rank }

  func send(_ numbers: [Double], to rank: Int, channel: Int) async throws {
    try await agreement.value
    try await processes.send(numbers, to: rank, channel: channel)
  }

  func receive(from rank: Int, channel: Int) async throws -> [Double] {
    try await agreement.value
    return try await processes.receive(from: rank, channel: channel)
  }
}

extension Processes {
  /// The same processes, which hand on nothing before this one agrees with the others.
  ///
  /// - Parameter agree: throws where they have not the same; nothing else is sent or received meanwhile.
  /// - Returns: processes that throw what `agree` throws.
  package func once(_ agree: @escaping @Sendable () async throws -> Void) -> any Processes {
    areMany ? AgreedProcesses(processes: self, agreement: Task { try await agree() }) : self
  }
}

/// Two processes of a run that work on something else.
package struct ProcessesDiffer: Error, CustomStringConvertible {
  let rank: Int
  let first: [Double]
  let own: [Double]

  package var description: String {
    func text(_ numbers: [Double]) -> String {
      numbers.prefix(2).map { "\(Int($0))" }.joined(separator: " and ")
    }
    return
      "the samples or the model are others than those of rank 0: \(text(own)) samples to fit on "
      + "and to judge by, \(text(first)) there\n  give all ranks the same files, on a file system that "
      + "all of them see"
  }
}
