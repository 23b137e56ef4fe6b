/// The kernel's picture: a martlet, the swift of heraldry that never lands.
enum Logo {
    static let svg = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img" aria-label="Martlet">
          <rect width="64" height="64" rx="14" fill="#e8552d"/>
          <path d="M5 15c12 1 21 6 27 14C38 21 47 16 59 15c-9 4-15 10-19 18l-3 4 6 15-11-10-11 10 6-15-3-4C20 25 14 19 5 15z"
            fill="#fff"/>
        </svg>

        """
}
