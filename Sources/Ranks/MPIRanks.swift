#if MPI
  internal import CMPI
  import Diagnostics

  /// The ranks of an MPI run, as the processes that share the samples.
  ///
  /// Every call of MPI is made on this actor, one at a time. Nothing waits inside MPI, where it would keep
  /// a core busy: what has been begun is asked after until it is done. There are no collective operations,
  /// which several tasks could start in another order on each rank: numbers go from one rank to another.
  ///
  /// MPI takes a third of a second to start, most of it waiting. Where the launcher tells each process which
  /// rank it is, work begins at once, and only what is sent or received waits for MPI.
  package actor MPIRanks: Processes {
    package nonisolated let count: Int
    package nonisolated let rank: Int

    /// The start of MPI, before which nothing can be sent or received.
    private let start: Task<Void, any Error>
    /// Numbers on their way, which stay where they are until they have arrived.
    private var sending: [(request: UnsafeMutableRawPointer, numbers: Buffer)] = []
    /// Buffers that have been used and will be again: new memory costs more than what goes into it.
    private var unused: [Buffer] = []
    private var isPumping = false

    // Every MPI has channels up to 32 767.
    private static let failureChannel: Int32 = 32_000
    private static let endChannel: Int32 = 32_001
    /// The shortest and the longest time between two looks. What is sent may lie for seconds until its receiver
    /// needs it, and looks take time from those who compute.
    private static let pauses = (first: 20, last: 2000)  // µs

    /// Starts MPI.
    ///
    /// - Parameter told: which rank this is, and of how many, where the launcher tells.
    /// - Throws: `RankFailure` where MPI cannot be used.
    package init(told: (rank: Int, count: Int)?) throws(RankFailure) {
      guard let told else {
        (rank, count) = try Self.started()
        start = Task {}
        return
      }
      (rank, count) = told
      start = Task.detached {
        guard try Self.started() == told else {
          throw Self.failure("MPI says something else of the ranks than its launcher")
        }
      }
    }

    private static func started() throws(RankFailure) -> (rank: Int, count: Int) {
      var (rank, count): (Int32, Int32) = (0, 0)
      let code = td_mpi_start(&rank, &count)
      guard code == 0 else { throw failure("MPI does not start (code \(code))") }
      return (Int(rank), Int(count))
    }

    private static func failure(_ message: String) -> RankFailure {
      RankFailure(rank: nil, message: message, exitCode: 1)
    }

    package func send(_ numbers: [Double], to rank: Int, channel: Int) async throws {
      try await start.value
      guard channel < Self.failureChannel || channel == Self.endChannel else {
        throw Self.failure("so many layers cannot be shared among ranks: let one process read all")
      }
      try begin(numbers, to: Int32(rank), tag: Int32(channel))
      pump()
    }

    package func receive(from rank: Int, channel: Int) async throws -> [Double] {
      try await start.value
      var pause = Self.pauses.first
      while true {
        var source: Int32 = 0
        let arrived = td_mpi_arrived(Int32(rank), Int32(channel), &source)
        if arrived >= 0 { return try await take(Int(arrived), from: source, tag: Int32(channel)) }
        try await look(&pause)
      }
    }

    /// Waits until all ranks have come here, and ends MPI.
    ///
    /// - Throws: `RankFailure` on rank 0 if another rank has failed.
    package func finish() async throws {
      try await start.value
      let channel = Int(Self.endChannel)
      if rank == 0 {
        for other in 1..<max(count, 1) { _ = try await receive(from: other, channel: channel) }
        for other in 1..<max(count, 1) { try await send([], to: other, channel: channel) }
      } else {
        try await send([], to: 0, channel: channel)
        _ = try await receive(from: 0, channel: channel)
      }
      while !sending.isEmpty { try await Task.sleep(for: .microseconds(Self.pauses.last)) }
      td_mpi_finish()
    }

    /// Ends all ranks because this one has failed.
    ///
    /// Rank 0 tells why, and gives all ranks its exit code; any other tells rank 0, and is ended by it.
    ///
    /// - Parameters:
    ///   - message: for the person who started the run.
    ///   - exitCode: that of the run.
    ///   - tell: prints a message; called on rank 0 alone, unless it does not answer.
    package func fail(
      _ message: String, exitCode: Int32, tell: (String) -> Void
    ) async {
      guard (try? await start.value) != nil else { return }
      if rank > 0 {
        let words = [Double(exitCode)] + message.utf8.map { Double($0) }
        try? begin(words, to: 0, tag: Self.failureChannel)
        pump()
        // Long enough for rank 0 to come to its next look.
        try? await Task.sleep(for: .seconds(60))
      }
      tell(message)
      td_mpi_abort(exitCode)
    }

    /// Takes what has arrived.
    private func take(_ count: Int, from source: Int32, tag: Int32) async throws -> [Double] {
      let room = buffer(count)
      defer { giveBack(room) }
      guard let start = room.baseAddress,
        let request = td_mpi_receive(start, Int32(count), source, tag)
      else { throw broken }
      var pause = Self.pauses.first
      while true {
        let isDone = td_mpi_is_done(request)
        guard isDone >= 0 else { throw broken }
        if isDone == 1 { return Array(room[..<count]) }
        try await look(&pause)
      }
    }

    private typealias Buffer = UnsafeMutableBufferPointer<Double>

    /// So few buffers wait to be used again.
    private static let mostUnused = 8

    /// A buffer for so many numbers, the smallest unused one that is not much too large.
    private func buffer(_ count: Int) -> Buffer {
      let fitting = unused.indices.filter {
        unused[$0].count >= count && unused[$0].count <= 2 * count
      }
      if let place = fitting.min(by: { unused[$0].count < unused[$1].count }) {
        return unused.remove(at: place)
      }
      let buffer = Buffer.allocate(capacity: max(count, 1))
      buffer.initialize(repeating: 0)
      return buffer
    }

    private func giveBack(_ buffer: Buffer) {
      unused.append(buffer)
      if unused.count > Self.mostUnused { unused.removeFirst().deallocate() }
    }

    private func begin(_ numbers: [Double], to rank: Int32, tag: Int32) throws {
      let room = buffer(numbers.count)
      _ = room.update(fromContentsOf: numbers)
      guard numbers.count <= Int32.max, let start = room.baseAddress,
        let request = td_mpi_send(start, Int32(numbers.count), rank, tag)
      else {
        giveBack(room)
        throw broken
      }
      sending.append((request, room))
    }

    /// Sees to it that what is being sent goes on, whatever else this rank does.
    private func pump() {
      guard !isPumping else { return }
      isPumping = true
      Task {
        var pause = Self.pauses.first
        while !sending.isEmpty {
          sending.removeAll { message in
            guard td_mpi_is_done(message.request) != 0 else { return false }
            giveBack(message.numbers)
            return true
          }
          guard !sending.isEmpty else { break }
          try? await Task.sleep(for: .microseconds(pause))
          pause = Self.longer(pause)
        }
        isPumping = false
      }
    }

    /// Waits a while, a little longer every time; rank 0 sees whether another rank has failed.
    private func look(_ pause: inout Int) async throws {
      if rank == 0 {
        var source: Int32 = 0
        let arrived = td_mpi_arrived(-1, Self.failureChannel, &source)
        if arrived > 0 { throw try await failure(of: source, arrived) }
      }
      try await Task.sleep(for: .microseconds(pause))
      pause = Self.longer(pause)
    }

    private static func longer(_ pause: Int) -> Int { min(pause + pause / 2, pauses.last) }

    private func failure(of source: Int32, _ count: Int32) async throws -> RankFailure {
      let words = try await take(Int(count), from: source, tag: Self.failureChannel)
      return RankFailure(
        rank: Int(source),
        message: String(decoding: words.dropFirst().map { UInt8($0) }, as: UTF8.self),
        exitCode: Int32(words[0]))
    }

    private var broken: RankFailure {
      RankFailure(rank: rank, message: "error: MPI cannot pass on numbers\n", exitCode: 1)
    }
  }
#endif
