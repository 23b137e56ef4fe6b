extension StoryPlots {
    /// Wishes, dreams and a little magic.
    static let wonders: [String] = [
        """
        name: the wish
        cast: q =pawword; o =oneword; w =wellword; h child; x land wild named; t treasure; b ~sweetdream; f child; u toy
        verbs: wish shine listen give
        features: MoralValue
        summary: {h} helps {x} the {x.kind}, gets a magic {t}, and uses the wish for {f}.
        ---
        {>intro h} {~day}, {h} met a {x.kind} named {x}. {x} had a thorn in {x.his} {?r:q}. "It hurts," {x.he} {~said}. {h} was a {h.adj}
        {h.kind}, and {h.he} pulled the thorn out very {~well}. {!cause {h} pulled out the thorn -> {x} could walk again}
        "Thank you, {h}," said {x}. "I will give you something. This is a magic {t}. It can make one wish come true. Only
        {?r:o}, so think about it." {!hold h t} {>moment}

        {h} held the {?c:t} in {h.his} hand. [It was warm and it glowed.|It was as light as a leaf.|It hummed a quiet song.]
        What should {h.he} wish for? A {u.full}? [A house made of candy?|A crown?|A pony?] {h} thought about it the whole
        night and dreamed of {b}.

        {~later}, {h} saw {f}. {f} [had been sick for a long time|could not come out to play|lay in bed and looked out of the
        window]. "How are you, {?c:f}?" {h} {~asked}. "I am so tired of being in bed," {~answered} {f}. "I only want to be
        well." {h} looked at the {?c:t}. Then {h.he} knew what to wish for. {h.He} closed {h.his} eyes and said, "I wish that
        {?c:f} is {?r:w} again!"

        The {t} became [bright|as bright as the sun|{~color}], and then it was only a plain stone. {!gone t}But {f} jumped out
        of bed! "I feel happy and strong," {f.he} {~shouted}. The two friends ran outside and played {~games}. Behind a
        tree stood {?c:x} and {~smiled}. "That was the best wish of all," {x.he} said. {>close h}
        """,
        """
        name: the toy that woke up
        cast: h child; t soft; u toy; m parent; p home indoor; s spots of p
        verbs: wake talk dance sleep
        features: Twist
        summary: {h}'s {t} wakes up at night, looks for the {u}, and {h} wonders who moved it.
        ---
        {>intro h} {h} had a {t.full} that {h.he} {~liked} more than anything. {~evening}, {h} could not find {h.his} {u}. {h.He} had to
        go to bed without it. {!hold h t}"Good night, {?c:t}," said {h}, and soon {h.he} was asleep.

        When the clock struck [ten|eleven|twelve], the {t} opened its eyes. It [sat up|stretched|rubbed its nose]. "{h} was so
        {~sad} about the {?c:u}," it said. "I will look for it." It climbed down from the bed and tiptoed {p.to}. [The floor
        was cold.|The moon was its lamp.|A board creaked, and it stood still.] It looked here and it looked there. And {s} it
        saw the {?c:u}! {!put u s}

        The {u} was heavy for a small {t}. It [pulled and pushed|rolled it over the floor|carried it on its back] all the way.
        It was nearly morning when it put the {u} next to {h}'s pillow. Then it lay down again and closed its eyes.
        {!cause the {t} carried the {u} to {h} -> {h} found the {u} in the morning}

        When {h} woke up, {h.he} could not believe it. "My {?c:u}! It is here! {!hold h u}{m}, did you find it?" "No, I did
        not," {~said} {m}. "Where was it?" {h} did not know. {h.He} looked at the {?c:t}. There was [dust on its feet|a little
        smile on its face|a leaf in its hair]. "Was it you?" {h} whispered. The {t} said nothing. But {h} gave it a very big
        hug. {>close h}
        """,
        """
        name: the snow day
        cast: c =whiteword; s =snowmanword; a =warmword; p =puddleword; h child; f child; w wear cloth; v vegetable; g adult; x bird wild
        verbs: snow build melt wear
        summary: {h} and {f} build a snowman, and it melts when spring comes.
        ---
        {>intro h} When {h} looked out of the window, everything was {?r:c}. It had snowed all night! {h} put on warm clothes and ran to
        {f}'s house. "{f}, come out! We can build a {?r:s}!" {f} came out at once. They rolled a big ball for the body, a
        smaller one for the tummy and a small one for the head. {!feature Foreshadowing}

        "It needs a nose," said {h}. {g} gave them a {v}. They took stones for the eyes and put a {w.full} on it. {h} gave the
        snowman the {?c:v}, and {f} gave it the {?c:w}. "[Hello, Mister Snow|You look great|What shall we call you]," {~said}
        {f}. [They danced around the snowman.|They threw snowballs until their hands were cold.|{g} took a picture of the three
        of them.] A {x.kind} came and wanted to eat the {?c:v}, but {h} gave it some {?f:x.food} instead.

        Every day, {h} and {f} said good morning to the snowman. But then the days got longer and the sun got {?r:a}. The
        snowman got thinner and thinner. {!cause the sun was warm -> the snowman melted}One morning, there was only a {?r:p}
        with a {?c:v} and a {?c:w} in it. {h} was {~sad}. "Where did it go?" {h.he} {~asked}.

        "[It turned into water|The sun took it along|It has only gone away for a while]," {~answered} {g}. "The water goes into
        the ground, and the flowers drink it. Next winter it comes back as snow." {h} picked up the {?c:w} and washed it.
        "We will keep this for next time," {h.he} said. And {f} pointed at the ground. There was a tiny {~color} flower! {>close h}
        """,
        """
        name: the dream
        cast: q =morningword; h child; x bigbeast wild/zoo named; b ~sweetdream; m parent; t toy; c ~color; d ~color; f fruit
        verbs: dream fly wake ask
        features: Twist
        summary: {h} dreams of a {c} {x.kind} named {x} and finds a {d} flower beside the bed.
        ---
        {>intro h} {~evening}, {h} could not sleep. {m} told {h.him} a story about {b}. Then {h} closed {h.his} eyes. Suddenly, a {c}
        {x.kind} stood beside the bed. "I am {x}," {x.he} said. "[Sit on my back|Come with me|Hold on to my neck], {h}!" {h}
        was not {~scared} at all. {h.He} took {h.his} {t} along. {!hold h t}

        {?c:x} ran, and then {x.he} jumped, and then they were flying! They flew over [the roofs|the forest|the lake]. They saw
        {~sky}. "Are you hungry?" {~asked} {x}. "I always eat {?f:x.food}, but I have a {f} for you." {h} ate the {?c:f}. It
        tasted like [sunshine|summer|honey and snow].

        They landed on a [soft|tall|quiet] hill where {d} flowers grew. "Take one with you," said {x}. "It will help you
        remember me." {h} picked a flower. Then the sky became bright. "It is nearly {?r:q}," said {x}. "You have to go home."
        "Will I see you again?" {h} {~asked}. "[Whenever you dream|If you close your eyes|Every night]," {~answered} {x} and
        {x.sound}.

        {!cause the sun came up -> {h} woke up}{h} opened {h.his} eyes. {h.He} was in bed, and the {?c:t} was in {h.his} arm.
        "{m}, I was flying on a {?c:c} {?c:x.kind}!" {h.he} {~shouted}. "That was a dream," {~said} {m} and {~smiled}. But what
        was that on the pillow? It was a {?c:d} flower. {h} said nothing. {h.He} only {~smiled}. {>close h}
        """,
        """
        name: the music
        cast: k =clapword; h child; t music toy; x wild named; y bird named; z pet named; p outdoor
        verbs: play sing dance listen
        summary: {h} plays the {t} {p.at}, and {x}, {y} and {z} make a band with {h.him}.
        ---
        {>intro h} {h} had a {t.full} and practiced every day. {!hold h t}[At first it sounded terrible.|At first everybody covered their
        ears.|It was not easy.] "Please play outside," said {h.his} mom. So {h} went {p.to}. {!go h p}{h.He} sat down on a
        stone and played. {!cause the music was loud -> {h} had to play outside} {>moment}

        A {x.adj} {x.kind} named {x} heard the music and came closer. {x} {?f:x.sound}. "You sing well!" said {h}. "Do you want
        to be in my band?" Then {y} the {y.kind} came, and {y} {?f:y.sound}. Last came {z} the {z.kind}, and {z} {?f:z.sound}.
        {h} played the {?c:t}. [What a noise that was!|It sounded wonderful.|Now they were a real band.]

        But {~suddenly} they stopped, because everyone wanted to be first. "I am the loudest!" said {y}. "I was here before
        you!" said {x}. {!feature Conflict}{h} put the {?c:t} down. "[If everyone is loud, nobody can hear the song|A band has
        to listen|Let's do it one after another]," {h.he} {~said}. "First {x}, then {y}, then {z}, and then all of us together."

        They tried it like that. First came {?c:x}, then came {?c:y}, and then came {?c:z}. It was [beautiful|so good that even
        the wind was quiet|like a real song]. {~soon}, many animals came to listen. When the song was over, they all {?r:k}.
        [{h} took a bow.|"Again, again!" they {~shouted}.] {h} {~smiled}. "Tomorrow we will play {?c:p.at} again," {h.he} said. {>close h}
        """,
        """
        name: the long trip
        cast: n =notyetword; h child; m parent; g grand; p town; q wild outdoor; r water; b baked; t toy; x land wild
        verbs: drive stop look arrive
        summary: {h} and {m} drive to {g} with a {b} and stop three times on the way.
        ---
        {>intro h} {h} and {m} wanted to visit {g}. {g} lived far away. {h} packed a {t.full}, and {m} packed a {b} for {g}. {!hold h t}
        {!hold m b}"[Are we there yet|How long will it take|Is it far]?" {h} {~asked} after [five minutes|the first corner|one
        song]. "{?r:n}," {~said} {m}. "First we have to buy gas." They stopped {p.at} and bought gas. {!go h p}{!go m p} {>moment}

        Then they drove on. {h} looked out of the window and saw {~number} cows and {~sky}. They stopped {q.at}, because
        [a tree lay on the road|{h} had to pee|the car was too hot]. {!go h q}{!go m q}A {x.kind} stood there and looked at
        them. "It wants to eat the {?c:b}," said {h}. "No, a {x.kind} eats {?f:x.food}," {~said} {m}. "The {b} is for {?c:g}."

        The last stop was {r.at}. {!go h r}{!go m r}{h} threw stones into the water. [Splash!|One of them jumped three times.|A
        fish looked up.] But when they were back in the car, the {t} was not there! "{~ohno}! I had it when we were {?c:q.at},"
        {h} said. [#k "No, look, it is under your seat!" said {m}.|They looked in the bag, and there it was, next to the
        {?c:b}.] {!cause {h} put the {t} down -> {h} could not find it}

        At last they arrived. {g} stood at the door and {~shouted}, "[Welcome|I have waited for you|There you are], {?c:h}!"
        {m} gave the {?c:b} to {?c:g}. {!hold g b}"Where have you been all day?" {~asked} {g}. "First {p.at}, then {?c:q.at}, and
        then {?c:r.at}," {~answered} {h}. "And I did not lose my {?c:t}!" {>close h}
        """,
    ]
}
